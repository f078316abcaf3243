{{> top}}
<h1>{{text mails.heading}}</h1>
<ul class="tabs">
<li><a href="{{all}}" {{^only_owed}}aria-current="page" {{/only_owed}}>{{text mails.all}}</a></li>
<li><a href="{{owed}}" {{#only_owed}}aria-current="page" {{/only_owed}}>{{text mails.owed}}</a></li>
</ul>
{{^mails}}
<p>{{text mails.none}}</p>
{{/mails}}
{{?mails}}
<div class="scroll" role="region" aria-label="{{text mails.heading}}" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text mails.letter}}</th><th scope="col">{{text mails.to}}</th><th scope="col">{{text jobs.about}}</th><th scope="col">{{text mails.due}}</th><th scope="col">{{text jobs.state}}</th><th scope="col">{{text mails.sent}}</th></tr>
</thead>
<tbody>
{{#mails}}
<tr><th scope="row"><a href="{{link}}">{{letter}}</a></th><td>{{to}}</td><td><code>{{about}}</code></td><td><time datetime="{{due_at}}">{{due_at}}</time></td><td><span class="state {{state}}">{{state}}</span></td><td>{{#sent_at}}<time datetime="{{sent_at}}">{{sent_at}}</time>{{/sent_at}}</td></tr>
{{/mails}}
</tbody>
</table>
</div>
{{/mails}}
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
