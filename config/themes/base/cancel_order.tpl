{{> top}}
<div class="narrow">
<h1>{{text cancel.heading}}</h1>
<p><a href="{{order}}">{{text order.number}} <code>{{number}}</code></a></p>
{{> form_faults}}
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
{{?lines}}
<p>{{text cancel.how}}</p>
<form method="post" action="{{action}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<fieldset>
<legend>{{text order.lines}}</legend>
{{#lines}}
<div class="choice {{^is_allowed}}refused{{/is_allowed}}">
<input type="checkbox" id="line-{{id}}" name="line" value="{{id}}" {{^is_allowed}}disabled {{/is_allowed}}>
<label for="line-{{id}}">{{quantity}} × {{name}}{{#until}} <span class="quiet">{{text cancel.until}} <time datetime="{{until}}">{{until}}</time></span>{{/until}}</label>
{{?reasons}}
<ul class="why">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
</div>
{{/lines}}
</fieldset>
{{#reason}}
<p class="field">
<label for="reason">{{text form.reason}}</label>
<input id="reason" name="reason" type="text" autocomplete="off" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="reason-error" {{/error}}>
{{#error}}
<span class="error" id="reason-error">{{error}}</span>
{{/error}}
</p>
{{/reason}}
<p class="go">
{{#is_whole_allowed}}
<button class="main" type="submit" name="do" value="whole">{{text cancel.whole}}</button>
{{/is_whole_allowed}}
<button type="submit" name="do" value="lines">{{text cancel.chosen}}</button>
</p>
</form>
{{/lines}}
</div>
{{> bottom}}
