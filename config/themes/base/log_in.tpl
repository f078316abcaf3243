{{> top}}
<div class="narrow">
<h1>{{text log_in.heading}}</h1>
{{#error}}
<p class="reasons" role="alert">{{error}}</p>
{{/error}}
<form method="post" action="/log-in">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="return_to" value="{{return_to}}">
{{#email}}
<p class="field">
<label for="email">{{text form.email}}</label>
<input id="email" name="email" type="email" autocomplete="username" maxlength="254" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="email-error" {{/error}}>
{{#error}}
<span class="error" id="email-error">{{error}}</span>
{{/error}}
</p>
{{/email}}
<p class="field">
<label for="password">{{text form.password}}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required>
</p>
<p class="go"><button class="main" type="submit">{{text log_in.go}}</button></p>
</form>
<p><a href="/forgotten-password">{{text log_in.forgotten}}</a></p>
<p><a href="/register">{{text nav.register}}</a></p>
</div>
{{> bottom}}
