{{> top}}
<div class="narrow">
<h1>{{text forgotten.heading}}</h1>
<p>{{text forgotten.how}}</p>
{{> form_faults}}
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
<form method="post" action="/forgotten-password">
<input type="hidden" name="csrf" value="{{csrf}}">
{{#email}}
<p class="field">
<label for="email">{{text form.email}}</label>
<input id="email" name="email" type="email" autocomplete="username" maxlength="254" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="email-error" {{/error}}>
{{#error}}
<span class="error" id="email-error">{{error}}</span>
{{/error}}
</p>
{{/email}}
<p class="go"><button class="main" type="submit">{{text forgotten.go}}</button></p>
</form>
</div>
{{> bottom}}
