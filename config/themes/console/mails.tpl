{{> top}}
<h1>{{text mails.heading}}</h1>
{{^mails}}
<p>{{text mails.none}}</p>
{{/mails}}
{{?mails}}
<div class="scroll" role="region" aria-label="{{text mails.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text mails.letter}}</th><th scope="col">{{text mails.to}}</th><th scope="col">{{text jobs.about}}</th><th scope="col">{{text jobs.due}}</th><th scope="col">{{text jobs.state}}</th><th scope="col" class="number">{{text jobs.attempts}}</th></tr>
</thead>
<tbody>
{{#mails}}
<tr><th scope="row">{{letter}}</th><td>{{to}}</td><td><code>{{about}}</code></td><td><time datetime="{{due_at}}">{{due_at}}</time></td><td><span class="state {{state}}">{{state}}</span></td><td class="number">{{attempts}}</td></tr>
{{/mails}}
</tbody>
</table>
</div>
{{/mails}}
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
