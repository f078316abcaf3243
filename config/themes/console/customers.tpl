{{> top}}
<h1>{{text customers.heading}}</h1>
<form class="filter" method="get" action="{{link}}" role="search" aria-label="{{text customers.filter}}">
<p><label for="email">{{text form.email}}</label><input id="email" name="email" type="text" value="{{email}}" maxlength="254"></p>
<p><button class="main" type="submit">{{text filter.go}}</button> <a href="{{link}}">{{text filter.clear}}</a></p>
</form>
{{^customers}}
<p>{{text customers.none}}</p>
{{/customers}}
{{?customers}}
<div class="scroll" role="region" aria-label="{{text customers.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text form.email}}</th><th scope="col">{{text customer.name}}</th><th scope="col">{{text customer.country}}</th><th scope="col">{{text customer.standing}}</th><th scope="col">{{text customer.since}}</th></tr>
</thead>
<tbody>
{{#customers}}
<tr><th scope="row"><a href="{{link}}">{{email}}</a>{{#is_guest}} <span class="quiet">{{text customer.guest}}</span>{{/is_guest}}</th><td>{{name}}</td><td>{{country}}</td><td><span class="state {{standing}}">{{standing}}</span></td><td><time datetime="{{made_at}}">{{made_at}}</time></td></tr>
{{/customers}}
</tbody>
</table>
</div>
{{/customers}}
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
