{{> top}}
{{#summary}}
<h1>{{name}}</h1>
<dl class="facts">
<dt>{{text form.email}}</dt>
<dd><a href="{{link}}">{{email}}</a>{{#is_guest}} <span class="quiet">{{text customer.guest}}</span>{{/is_guest}}</dd>
<dt>{{text customer.country}}</dt>
<dd>{{country}}</dd>
<dt>{{text customer.standing}}</dt>
<dd><span class="state {{standing}}">{{standing}}</span></dd>
<dt>{{text customer.since}}</dt>
<dd><time datetime="{{made_at}}">{{made_at}}</time></dd>
</dl>
{{/summary}}
<section aria-labelledby="orders">
<h2 id="orders">{{text orders.heading}}</h2>
{{^orders}}
<p>{{text orders.none}}</p>
{{/orders}}
{{?orders}}
{{> order_table}}
{{/orders}}
</section>
<section aria-labelledby="households">
<h2 id="households">{{text customer.households}}</h2>
{{#households}}
<h3><code>{{id}}</code> <span class="state {{standing}}">{{standing}}</span> {{reason}}</h3>
{{^bars}}
<p>{{text customer.no_bars}}</p>
{{/bars}}
<ul class="plain">
{{#bars}}
<li><code>{{sku}}</code> {{reason}} <time datetime="{{since}}">{{since}}</time>{{#lifted_at}} {{text bar.lifted}} <time datetime="{{lifted_at}}">{{lifted_at}}</time>{{/lifted_at}}
{{#lift}}
<form class="inline" method="post" action="{{lift}}"><input type="hidden" name="csrf" value="{{csrf}}"><input type="hidden" name="household" value="{{id}}"><input type="hidden" name="sku" value="{{sku}}"><label>{{text action.reason}} <input name="reason" type="text" maxlength="200" required></label> <button type="submit">{{text bar.lift}}</button></form>
{{/lift}}
</li>
{{/bars}}
</ul>
{{/households}}
</section>
<section aria-labelledby="offences">
<h2 id="offences">{{text customer.offences}}</h2>
{{^offences}}
<p>{{text customer.no_offences}}</p>
{{/offences}}
<ul class="plain">
{{#offences}}
<li><time datetime="{{at}}">{{at}}</time> <strong>{{kind}}</strong> × {{weight}}{{#order}} <code>{{order}}</code>{{/order}}</li>
{{/offences}}
</ul>
</section>
{{> bottom}}
