{{> top}}
<h1>{{text cart.heading}}</h1>
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
{{^lines}}
<p>{{text cart.empty}}</p>
<p><a class="button" href="/items">{{text catalogue.everything}}</a></p>
{{/lines}}
{{#apart}}
<p class="notice">{{apart}}</p>
{{/apart}}
{{?lines}}
<ul class="lines">
{{#lines}}
<li>
<img src="{{picture}}" alt="" width="96" height="96">
<div>
<a href="{{link}}">{{name}}</a>
<p class="quiet">{{sale_state}}{{?release}} · {{text item.release}} {{release}}{{/release}} · {{unit_price}}{{#order}} · {{order}}{{/order}}</p>
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
<label class="unseen" for="quantity-{{sku}}">{{text cart.quantity_of}}</label>
<input id="quantity-{{sku}}" name="quantity" type="number" inputmode="numeric" min="0" max="{{at_most}}" value="{{quantity}}" required>
<button type="submit">{{text cart.update}}<span class="unseen"> {{name}}</span></button>
</form>
<form class="plain" method="post" action="/cart">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="sku" value="{{sku}}">
<button class="link" type="submit" name="quantity" value="0">{{text cart.remove}}<span class="unseen"> {{name}}</span></button>
</form>
<p class="price">{{total}}</p>
</li>
{{/lines}}
</ul>
<p class="sum">{{text checkout.goods}} <strong class="price large">{{goods}}</strong></p>
{{?notices}}
<ul class="notices">
{{#notices}}
<li>{{text}}</li>
{{/notices}}
</ul>
{{/notices}}
<p class="go end"><a class="button main" href="/checkout">{{text cart.checkout}}</a></p>
{{/lines}}
{{> bottom}}
