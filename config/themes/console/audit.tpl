{{> top}}
<h1>{{text audit.heading}}</h1>
<div class="scroll" role="region" aria-label="{{text audit.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text audit.at}}</th><th scope="col">{{text audit.who}}</th><th scope="col">{{text audit.what}}</th><th scope="col">{{text audit.subject}}</th><th scope="col">{{text audit.details}}</th></tr>
</thead>
<tbody>
{{#entries}}
<tr><td><time datetime="{{at}}">{{at}}</time></td><td>{{who}}</td><td>{{action}}</td><td><code>{{subject}}</code></td><td>{{#details}}<span class="quiet">{{name}}</span> {{value}} {{/details}}</td></tr>
{{/entries}}
</tbody>
</table>
</div>
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
