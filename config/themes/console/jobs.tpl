{{> top}}
<h1>{{text jobs.heading}}</h1>
<ul class="tabs">
{{#states}}
<li><a href="{{link}}" {{#is_current}}aria-current="page" {{/is_current}}>{{label}} ({{count}})</a></li>
{{/states}}
</ul>
{{^jobs}}
<p>{{text jobs.none}}</p>
{{/jobs}}
{{?jobs}}
<div class="scroll" role="region" aria-label="{{text jobs.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text jobs.kind}}</th><th scope="col">{{text jobs.about}}</th><th scope="col">{{text jobs.due}}</th><th scope="col">{{text jobs.state}}</th><th scope="col" class="number">{{text jobs.attempts}}</th><th scope="col">{{text jobs.error}}</th></tr>
</thead>
<tbody>
{{#jobs}}
<tr><th scope="row">{{kind}}</th><td><code>{{about}}</code></td><td><time datetime="{{due_at}}">{{due_at}}</time></td><td><span class="state {{state}}">{{state}}</span>{{#leased_until}} <span class="quiet">{{text jobs.leased}} <time datetime="{{leased_until}}">{{leased_until}}</time></span>{{/leased_until}}</td><td class="number">{{attempts}}</td><td>{{error}}{{#retry}} <form class="inline" method="post" action="{{retry}}"><input type="hidden" name="csrf" value="{{csrf}}"><button type="submit">{{text jobs.retry}}</button></form>{{/retry}}</td></tr>
{{/jobs}}
</tbody>
</table>
</div>
{{/jobs}}
{{> bottom}}
