{{> top}}
<h1>{{text stock.heading}}</h1>
<form class="filter" method="get" action="{{link}}" role="search" aria-label="{{text stock.filter}}">
<p><label for="sku">{{text stock.sku}}</label><input id="sku" name="sku" type="text" value="{{wanted}}" maxlength="50"></p>
<p><button class="main" type="submit">{{text filter.go}}</button> <a href="{{link}}">{{text filter.clear}}</a></p>
</form>
{{^items}}
<p>{{text stock.none}}</p>
{{/items}}
{{?items}}
<div class="scroll" role="region" aria-label="{{text stock.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text stock.sku}}</th><th scope="col">{{text order.item}}</th><th scope="col">{{text stock.levels}}</th></tr>
</thead>
<tbody>
{{#items}}
<tr><th scope="row"><a href="{{link}}"><code>{{sku}}</code></a></th><td>{{name}}</td><td>{{#levels}}<span class="level"><span class="quiet">{{source}}</span> {{text stock.level}}</span> {{/levels}}</td></tr>
{{/items}}
</tbody>
</table>
</div>
{{/items}}
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
