{{> top}}
<h1>{{text decisions.heading}}</h1>
<ul class="tabs">
<li><a href="{{all}}" {{^only_refused}}aria-current="page" {{/only_refused}}>{{text decisions.all}}</a></li>
<li><a href="{{refused}}" {{#only_refused}}aria-current="page" {{/only_refused}}>{{text decisions.refused}}</a></li>
</ul>
{{^rows}}
<p>{{text decisions.none}}</p>
{{/rows}}
{{?rows}}
<div class="scroll" role="region" aria-label="{{text decisions.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text decision.number}}</th><th scope="col">{{text decision.at}}</th><th scope="col">{{text decision.occasion}}</th><th scope="col">{{text decision.outcome}}</th><th scope="col">{{text order.number}}</th></tr>
</thead>
<tbody>
{{#rows}}
<tr><th scope="row"><a href="{{link}}"><code>{{id}}</code></a></th><td><time datetime="{{at}}">{{at}}</time></td><td>{{occasion}}</td><td><span class="state {{outcome}}">{{outcome}}</span></td><td>{{#order}}<code>{{order}}</code>{{/order}}</td></tr>
{{/rows}}
</tbody>
</table>
</div>
{{/rows}}
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
