{{> top}}
<div class="narrow">
<h1>{{text register.heading}}</h1>
<p>{{text register.how}}</p>
{{> form_faults}}
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
<form method="post" action="/register">
<input type="hidden" name="csrf" value="{{csrf}}">
{{#email}}
<p class="field">
<label for="email">{{text form.email}}</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="254" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="email-error" {{/error}}>
{{#error}}
<span class="error" id="email-error">{{error}}</span>
{{/error}}
</p>
{{/email}}
{{#name}}
<p class="field">
<label for="name">{{text form.name}}</label>
<input id="name" name="name" type="text" autocomplete="name" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="name-error" {{/error}}>
{{#error}}
<span class="error" id="name-error">{{error}}</span>
{{/error}}
</p>
{{/name}}
{{#country}}
<p class="field">
<label for="country">{{text form.country}}</label>
<select id="country" name="country" autocomplete="country" required {{?error}}aria-invalid="true" aria-describedby="country-error" {{/error}}>
<option value="">{{text form.choose}}</option>
{{#choices}}
<option value="{{value}}" {{#is_chosen}}selected {{/is_chosen}}>{{label}}</option>
{{/choices}}
</select>
{{#error}}
<span class="error" id="country-error">{{error}}</span>
{{/error}}
</p>
{{/country}}
<p class="go"><button class="main" type="submit">{{text register.go}}</button></p>
</form>
<p><a href="/log-in">{{text register.have_account}}</a></p>
</div>
{{> bottom}}
