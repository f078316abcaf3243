{{> top}}
<h1>{{text plugins.heading}}</h1>
<div class="scroll" role="region" aria-label="{{text plugins.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text plugins.plugin}}</th><th scope="col">{{text plugins.kind}}</th><th scope="col">{{text plugins.isolation}}</th><th scope="col">{{text plugins.health}}</th><th scope="col" class="number">{{text plugins.calls}}</th><th scope="col" class="number">{{text plugins.median}}</th><th scope="col" class="number">{{text plugins.longest}}</th><th scope="col" class="number">{{text plugins.faults}}</th><th scope="col">{{text plugins.last_fault}}</th></tr>
</thead>
<tbody>
{{#plugins}}
<tr><th scope="row">{{id}} <span class="quiet">{{version}}</span></th><td>{{kind}}</td><td>{{isolation}}</td><td><span class="state {{health}}">{{health}}</span>{{#lift}} <form class="inline" method="post" action="{{lift}}"><input type="hidden" name="csrf" value="{{csrf}}"><button type="submit">{{text plugins.lift}}</button></form>{{/lift}}</td><td class="number">{{calls}}</td><td class="number">{{median}}</td><td class="number">{{longest}}</td><td class="number">{{faults}}</td><td>{{last_fault}}</td></tr>
{{/plugins}}
</tbody>
</table>
</div>
<section aria-labelledby="faults">
<h2 id="faults">{{text plugins.latest_faults}}</h2>
{{^faults}}
<p>{{text plugins.no_faults}}</p>
{{/faults}}
<ul class="plain">
{{#faults}}
<li><time datetime="{{at}}">{{at}}</time> <strong>{{plugin}}</strong> <span class="quiet">{{version}}</span> {{kind}}: {{message}}{{#quarantined}} <span class="state quarantined">{{text plugins.quarantined}}</span>{{/quarantined}}</li>
{{/faults}}
</ul>
</section>
{{> bottom}}
