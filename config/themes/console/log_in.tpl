{{> top}}
<h1>{{text log_in.heading}}</h1>
{{#error}}
<p class="notice bad" role="alert">{{error}}</p>
{{/error}}
<form class="narrow" method="post" action="/log-in">
<input type="hidden" name="csrf" value="{{csrf}}">
{{#email}}
<p>
<label for="email">{{text form.email}}</label>
<input id="email" name="email" type="email" autocomplete="username" maxlength="254" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="email-error" {{/error}}>
{{#error}}
<span class="bad" id="email-error">{{error}}</span>
{{/error}}
</p>
{{/email}}
<p>
<label for="password">{{text form.password}}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required>
</p>
<p>
<label for="code">{{text form.code}}</label>
<input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="off" spellcheck="false" maxlength="32" required aria-describedby="code-hint">
<span class="quiet" id="code-hint">{{text form.code_hint}}</span>
</p>
<p><button class="main" type="submit">{{text log_in.go}}</button></p>
</form>
{{> bottom}}
