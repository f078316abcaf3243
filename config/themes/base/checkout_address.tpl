{{> top}}
<h1>{{text step.address}}</h1>
{{> steps}}
<div class="with_aside">
<div>
{{> form_faults}}
{{?email}}
<p class="notice">{{text checkout.have_account}} <a href="/log-in?return_to=/checkout">{{text nav.log_in}}</a></p>
{{/email}}
{{?kept}}
<section aria-labelledby="kept">
<h2 id="kept">{{text address_book.heading}}</h2>
<ul class="addresses">
{{#kept}}
<li>
<address>
{{#lines}}
<span>{{text}}</span>
{{/lines}}
</address>
<form class="plain" method="post" action="/checkout/address">
<input type="hidden" name="csrf" value="{{csrf}}">
<button type="submit" name="kept" value="{{id}}">{{text checkout.send_here}}</button>
</form>
</li>
{{/kept}}
</ul>
<h2>{{text checkout.another_address}}</h2>
</section>
{{/kept}}
<form method="post" action="/checkout/address">
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
{{> address_fields}}
{{?email}}
<p class="choice">
<input type="checkbox" id="wants_account" name="wants_account" value="1" {{#wants_account}}checked {{/wants_account}}aria-describedby="account-how">
<label for="wants_account">{{text checkout.wants_account}}</label>
<span class="quiet" id="account-how">{{text checkout.wants_account_how}}</span>
</p>
{{/email}}
<p class="go"><button class="main" type="submit">{{text checkout.to_shipping}}</button></p>
</form>
</div>
{{> summary}}
</div>
{{> bottom}}
