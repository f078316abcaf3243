{{> top}}
<h1>{{text checkout.heading}}</h1>
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
{{^lines}}
<p>{{text checkout.empty}}</p>
<p><a class="button" href="/">{{text catalogue.everything}}</a></p>
{{/lines}}
{{?lines}}
<section aria-labelledby="lines">
<h2 id="lines">{{text checkout.lines}}</h2>
<ul class="lines">
{{#lines}}
<li>
<img src="{{picture}}" alt="" width="96" height="96" loading="lazy">
<div>
<a href="{{link}}">{{name}}</a>
<p class="quiet">{{sale_state}} · {{unit_price}}</p>
{{?reasons}}
<ul class="reasons">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
</div>
<form class="quantity" method="post" action="/cart">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="sku" value="{{sku}}">
<label class="unseen" for="quantity-{{sku}}">{{text checkout.quantity_of}}</label>
<input id="quantity-{{sku}}" name="quantity" type="number" inputmode="numeric" min="0" max="{{at_most}}" value="{{quantity}}" required>
<button type="submit">{{text checkout.update}}<span class="unseen"> {{name}}</span></button>
</form>
<p class="price">{{total}}</p>
</li>
{{/lines}}
</ul>
<p class="sum">{{text checkout.goods}} <strong class="price">{{goods}}</strong></p>
</section>
<form class="checkout" method="post" action="/checkout">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="idempotency_key" value="{{idempotency_key}}">
<div class="columns">
<div>
<fieldset>
<legend>{{text checkout.contact}}</legend>
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
{{#phone}}
<p class="field">
<label for="phone">{{text form.phone}} <span class="quiet">{{text form.optional}}</span></label>
<input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="32" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="phone-error" {{/error}}>
{{#error}}
<span class="error" id="phone-error">{{error}}</span>
{{/error}}
</p>
{{/phone}}
</fieldset>
<fieldset>
<legend>{{text checkout.address}}</legend>
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
{{#street_1}}
<p class="field">
<label for="street_1">{{text form.street_1}}</label>
<input id="street_1" name="street_1" type="text" autocomplete="address-line1" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="street_1-error" {{/error}}>
{{#error}}
<span class="error" id="street_1-error">{{error}}</span>
{{/error}}
</p>
{{/street_1}}
{{#street_2}}
<p class="field">
<label for="street_2">{{text form.street_2}} <span class="quiet">{{text form.optional}}</span></label>
<input id="street_2" name="street_2" type="text" autocomplete="address-line2" maxlength="100" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="street_2-error" {{/error}}>
{{#error}}
<span class="error" id="street_2-error">{{error}}</span>
{{/error}}
</p>
{{/street_2}}
{{#city}}
<p class="field">
<label for="city">{{text form.city}}</label>
<input id="city" name="city" type="text" autocomplete="address-level2" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="city-error" {{/error}}>
{{#error}}
<span class="error" id="city-error">{{error}}</span>
{{/error}}
</p>
{{/city}}
{{#region}}
<p class="field">
<label for="region">{{text form.region}} <span class="quiet">{{text form.optional}}</span></label>
<input id="region" name="region" type="text" autocomplete="address-level1" maxlength="100" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="region-error" {{/error}}>
{{#error}}
<span class="error" id="region-error">{{error}}</span>
{{/error}}
</p>
{{/region}}
{{#postal_code}}
<p class="field">
<label for="postal_code">{{text form.postal_code}} <span class="quiet">{{text form.optional}}</span></label>
<input id="postal_code" name="postal_code" type="text" autocomplete="postal-code" maxlength="12" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="postal_code-error" {{/error}}>
{{#error}}
<span class="error" id="postal_code-error">{{error}}</span>
{{/error}}
</p>
{{/postal_code}}
<p class="choice">
<input type="checkbox" id="is_hotel" name="is_hotel" value="1" {{#is_hotel}}checked {{/is_hotel}}>
<label for="is_hotel">{{text checkout.is_hotel}}</label>
</p>
</fieldset>
</div>
<div>
<fieldset>
<legend>{{text checkout.shipping}}</legend>
{{#shipping}}
{{#is_offered}}
<p class="choice">
<input type="radio" id="shipping-{{name}}" name="shipping" value="{{name}}" required {{#is_chosen}}checked {{/is_chosen}}>
<label for="shipping-{{name}}">{{label}}{{#fee}} <span class="price">{{fee}}</span>{{/fee}}{{#delivery}} <span class="quiet">{{delivery}}</span>{{/delivery}}</label>
</p>
{{/is_offered}}
{{^is_offered}}
<div class="choice refused">
<input type="radio" id="shipping-{{name}}" disabled aria-describedby="shipping-{{name}}-why">
<label for="shipping-{{name}}">{{label}}</label>
<ul class="reasons" id="shipping-{{name}}-why">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
</div>
{{/is_offered}}
{{/shipping}}
{{^shipping}}
<p class="quiet">{{text checkout.no_shipping}}</p>
{{/shipping}}
</fieldset>
<fieldset>
<legend>{{text checkout.payment}}</legend>
{{#payment}}
{{#is_offered}}
<p class="choice">
<input type="radio" id="payment-{{name}}" name="payment" value="{{name}}" required {{#is_chosen}}checked {{/is_chosen}}>
<label for="payment-{{name}}">{{label}}{{#fee}} <span class="price">{{fee}}</span>{{/fee}}{{#delivery}} <span class="quiet">{{delivery}}</span>{{/delivery}}</label>
</p>
{{/is_offered}}
{{^is_offered}}
<div class="choice refused">
<input type="radio" id="payment-{{name}}" disabled aria-describedby="payment-{{name}}-why">
<label for="payment-{{name}}">{{label}}</label>
<ul class="reasons" id="payment-{{name}}-why">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
</div>
{{/is_offered}}
{{/payment}}
{{^payment}}
<p class="quiet">{{text checkout.no_payment}}</p>
{{/payment}}
</fieldset>
</div>
</div>
{{^quote}}
<p class="quiet">{{text checkout.no_quote}}</p>
<p class="go"><button class="main" type="submit" name="do" value="quote">{{text checkout.show_total}}</button></p>
{{/quote}}
{{#quote}}
<section class="total" aria-labelledby="total">
<h2 id="total">{{text checkout.total}}</h2>
<input type="hidden" name="quote" value="{{token}}">
<table>
<tbody>
<tr><th scope="row">{{text checkout.goods}}</th><td class="price">{{goods}}</td></tr>
{{#charges}}
<tr><th scope="row">{{label}}</th><td class="price">{{amount}}</td></tr>
{{/charges}}
</tbody>
<tfoot>
<tr><th scope="row">{{text checkout.total}}</th><td class="price large">{{total}}</td></tr>
</tfoot>
</table>
{{#terms}}
<p>{{terms}}</p>
{{/terms}}
{{#valid_until}}
<p class="quiet">{{text checkout.valid_until}} <time datetime="{{valid_until}}">{{valid_until}}</time></p>
{{/valid_until}}
<p class="go">
<button class="main" type="submit" name="do" value="place">{{text checkout.place}}</button>
<button type="submit" name="do" value="quote">{{text checkout.show_total}}</button>
</p>
</section>
{{/quote}}
</form>
{{/lines}}
{{> bottom}}
