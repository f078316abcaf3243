{{> top}}
<h1>{{text step.confirm}}</h1>
{{> steps}}
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
<div class="with_aside">
<div>
<section aria-labelledby="lines">
<div class="over"><h2 id="lines">{{text checkout.lines}}</h2> <a href="/cart">{{text checkout.change_cart}}</a></div>
{{?apart}}
<p class="notice">{{#apart}}{{apart}}{{/apart}}</p>
{{#parts}}
<section class="part" aria-label="{{heading}}">
<h3>{{heading}}</h3>
{{> confirmed_lines}}
{{?total}}
<table class="sums">
<tbody>
<tr><th scope="row">{{text checkout.goods}}</th><td class="price">{{goods}}</td></tr>
{{#charges}}
<tr><th scope="row">{{label}}</th><td class="price">{{amount}}</td></tr>
{{/charges}}
</tbody>
<tfoot>
<tr><th scope="row">{{text checkout.part_total}}</th><td class="price">{{#total}}{{total}}{{/total}}</td></tr>
</tfoot>
</table>
{{/total}}
{{#terms}}
<p class="quiet">{{terms}}</p>
{{/terms}}
</section>
{{/parts}}
{{/apart}}
{{^apart}}
{{> confirmed_lines}}
{{/apart}}
</section>
<section aria-labelledby="where">
<div class="over"><h2 id="where">{{text step.address}}</h2> <a href="/checkout/address">{{text checkout.change}}<span class="unseen">: {{text step.address}}</span></a></div>
<address>
{{#address}}
<span>{{text}}</span>
{{/address}}
<span>{{email}}</span>
</address>
{{#wants_account}}
<p class="quiet">{{text checkout.wants_account_how}}</p>
{{/wants_account}}
</section>
<section aria-labelledby="how">
<div class="over"><h2 id="how">{{text step.shipping}}</h2> <a href="/checkout/shipping">{{text checkout.change}}<span class="unseen">: {{text step.shipping}}</span></a></div>
<p>{{#shipping}}{{shipping}}{{/shipping}}</p>
</section>
<section aria-labelledby="pay">
<div class="over"><h2 id="pay">{{text step.payment}}</h2> <a href="/checkout/payment">{{text checkout.change}}<span class="unseen">: {{text step.payment}}</span></a></div>
<p>{{#payment}}{{payment}}{{/payment}}</p>
</section>
</div>
{{#quote}}
<section class="summary total" aria-labelledby="total">
<h2 id="total">{{text checkout.total}}</h2>
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
{{?notices}}
<ul class="notices">
{{#notices}}
<li>{{text}}</li>
{{/notices}}
</ul>
{{/notices}}
{{#valid_until}}
<p class="quiet">{{text checkout.valid_until}} <time datetime="{{valid_until}}">{{valid_until}}</time></p>
{{/valid_until}}
<form class="plain" method="post" action="/checkout/confirm">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="idempotency_key" value="{{idempotency_key}}">
<input type="hidden" name="quote" value="{{token}}">
<button class="main" type="submit">{{text checkout.place}}</button>
</form>
</section>
{{/quote}}
{{^quote}}
<section class="summary" aria-labelledby="stopped">
<h2 id="stopped">{{text checkout.stopped}}</h2>
<p>{{text checkout.stopped_how}}</p>
</section>
{{/quote}}
</div>
{{> bottom}}
