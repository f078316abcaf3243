{{> top}}
<div class="narrow">
<h1>{{heading}}</h1>
{{#explanation}}
<p>{{explanation}}</p>
{{/explanation}}
{{#request_id}}
<p class="quiet">{{text error.request}} <code>{{request_id}}</code></p>
{{/request_id}}
<p class="go"><a class="button" href="/">{{text catalogue.everything}}</a></p>
</div>
{{> bottom}}
