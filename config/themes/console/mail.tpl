{{> top}}
<h1>{{subject}}</h1>
{{#summary}}
<dl class="facts">
<dt>{{text mails.letter}}</dt>
<dd><a href="{{link}}">{{letter}}</a></dd>
<dt>{{text mails.to}}</dt>
<dd>{{to}}</dd>
<dt>{{text jobs.state}}</dt>
<dd><span class="state {{state}}">{{state}}</span></dd>
<dt>{{text mails.due}}</dt>
<dd><time datetime="{{due_at}}">{{due_at}}</time></dd>
<dt>{{text mails.sent}}</dt>
<dd>{{#sent_at}}<time datetime="{{sent_at}}">{{sent_at}}</time>{{/sent_at}}</dd>
</dl>
{{/summary}}
{{#error}}
<p class="notice bad">{{error}}</p>
{{/error}}
{{#retry}}
<form method="post" action="{{retry}}"><input type="hidden" name="csrf" value="{{csrf}}"><button type="submit">{{text mails.retry}}</button></form>
{{/retry}}
<pre class="letter">{{text}}</pre>
{{> bottom}}
