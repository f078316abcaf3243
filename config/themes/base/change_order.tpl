{{> top}}
<div class="narrow">
<h1>{{text change.heading}}</h1>
<p><a href="{{order}}">{{text order.number}} <code>{{number}}</code></a></p>
{{> form_faults}}
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
<p>{{text change.how}}</p>
<form method="post" action="{{action}}">
<input type="hidden" name="csrf" value="{{csrf}}">
{{?payment}}
<fieldset>
<legend>{{text step.payment}}</legend>
{{#payment}}
<p class="choice">
<input type="radio" id="payment-{{value}}" name="payment" value="{{value}}" required {{#is_chosen}}checked {{/is_chosen}}>
<label for="payment-{{value}}">{{label}}</label>
</p>
{{/payment}}
</fieldset>
{{/payment}}
{{?shipping}}
<fieldset>
<legend>{{text step.shipping}}</legend>
{{#shipping}}
<p class="choice">
<input type="radio" id="shipping-{{value}}" name="shipping" value="{{value}}" required {{#is_chosen}}checked {{/is_chosen}}>
<label for="shipping-{{value}}">{{label}}</label>
</p>
{{/shipping}}
</fieldset>
{{/shipping}}
{{?form}}
<fieldset>
<legend>{{text step.address}}</legend>
{{> address_fields}}
</fieldset>
{{/form}}
{{#new_total}}
<p class="notice" role="status">{{text change.new_total}} <strong class="price">{{new_total}}</strong></p>
<input type="hidden" name="expected" value="{{expected}}">
{{/new_total}}
<p class="go">
{{#new_total}}
<button class="main" type="submit" name="do" value="change">{{text change.go}}</button>
{{/new_total}}
<button type="submit" name="do" value="preview">{{text change.preview}}</button>
</p>
</form>
</div>
{{> bottom}}
