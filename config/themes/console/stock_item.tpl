{{> top}}
<h1><code>{{sku}}</code> {{name}}</h1>
{{?levels}}
<table class="small">
<thead>
<tr><th scope="col">{{text stock.source}}</th><th scope="col" class="number">{{text stock.free}}</th><th scope="col" class="number">{{text stock.reserved}}</th><th scope="col" class="number">{{text stock.sold}}</th></tr>
</thead>
<tbody>
{{#levels}}
<tr><th scope="row">{{source}}</th><td class="number">{{free}}</td><td class="number">{{reserved}}</td><td class="number">{{sold}}</td></tr>
{{/levels}}
</tbody>
</table>
{{/levels}}
<div class="actions">
{{#receive}}
<form class="card" method="post" action="{{receive}}"><input type="hidden" name="csrf" value="{{csrf}}">
<h2>{{text stock.receive}}</h2>
<p><label for="units">{{text stock.units}}</label><input id="units" name="units" type="number" min="1" max="100000" required></p>
<p><label for="cause">{{text stock.cause}}</label><input id="cause" name="cause" type="text" maxlength="100" required></p>
<p><button class="main" type="submit">{{text stock.receive}}</button></p>
</form>
{{/receive}}
{{#adjust}}
<form class="card" method="post" action="{{adjust}}"><input type="hidden" name="csrf" value="{{csrf}}">
<h2>{{text stock.adjust}}</h2>
<p><label for="source">{{text stock.source}}</label><select id="source" name="source"><option value="on_hand">on_hand</option><option value="incoming">incoming</option></select></p>
<p><label for="free">{{text stock.free_now}}</label><input id="free" name="free" type="number" min="0" max="100000" required></p>
<p><label for="why">{{text action.reason}}</label><input id="why" name="cause" type="text" maxlength="100" required></p>
<p><button type="submit">{{text stock.adjust}}</button></p>
</form>
{{/adjust}}
</div>
<section aria-labelledby="movements">
<h2 id="movements">{{text stock.movements}}</h2>
<div class="scroll" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text stock.at}}</th><th scope="col">{{text stock.kind}}</th><th scope="col">{{text stock.source}}</th><th scope="col">{{text stock.cause}}</th><th scope="col" class="number">{{text stock.free}}</th><th scope="col" class="number">{{text stock.reserved}}</th><th scope="col" class="number">{{text stock.sold}}</th></tr>
</thead>
<tbody>
{{#movements}}
<tr><td><time datetime="{{at}}">{{at}}</time></td><td>{{kind}}</td><td>{{source}}</td><td>{{cause}}</td><td class="number">{{free}}</td><td class="number">{{reserved}}</td><td class="number">{{sold}}</td></tr>
{{/movements}}
</tbody>
</table>
</div>
</section>
{{> bottom}}
