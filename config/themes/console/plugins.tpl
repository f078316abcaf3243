{{> top}}
<h1>{{text plugins.heading}}</h1>
<div class="scroll" role="region" aria-label="{{text plugins.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text plugins.plugin}}</th><th scope="col">{{text plugins.kind}}</th><th scope="col">{{text plugins.isolation}}</th><th scope="col">{{text plugins.health}}</th><th scope="col" class="number">{{text plugins.calls}}</th><th scope="col" class="number">{{text plugins.faults}}</th><th scope="col">{{text plugins.last_fault}}</th></tr>
</thead>
<tbody>
{{#plugins}}
<tr><th scope="row">{{id}} <span class="quiet">{{version}}</span></th><td>{{kind}}</td><td>{{isolation}}</td><td {{^is_healthy}}class="bad" {{/is_healthy}}>{{health}}</td><td class="number">{{calls}}</td><td class="number">{{faults}}</td><td>{{last_fault}}</td></tr>
{{/plugins}}
</tbody>
</table>
</div>
{{> bottom}}
