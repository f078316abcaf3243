{{> top}}
<h1>{{heading}}</h1>
{{#explanation}}
<p>{{explanation}}</p>
{{/explanation}}
{{#request_id}}
<p class="quiet">{{text error.request}} <code>{{request_id}}</code></p>
{{/request_id}}
<p><a href="/">{{text nav.home}}</a></p>
{{> bottom}}
