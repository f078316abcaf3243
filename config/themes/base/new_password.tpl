{{> top}}
<div class="narrow">
{{#is_first}}
<h1>{{text new_password.first}}</h1>
{{/is_first}}
{{^is_first}}
<h1>{{text new_password.another}}</h1>
{{/is_first}}
<form method="post" action="{{action}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="token" value="{{token}}">
<p class="field">
<label for="password">{{text form.new_password}}</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="8" maxlength="256" required aria-describedby="password-rule" {{?error}}aria-invalid="true" {{/error}}>
<span class="quiet" id="password-rule">{{text form.password_rule}}</span>
{{#error}}
<span class="error" role="alert">{{error}}</span>
{{/error}}
</p>
<p class="go"><button class="main" type="submit">{{text new_password.go}}</button></p>
</form>
</div>
{{> bottom}}
