{{> top}}
<article class="product">
<p class="picture"><img src="{{picture}}" alt="" width="640" height="640"></p>
<div>
<h1>{{name}}</h1>
<p class="quiet">{{text item.sku}} <code>{{sku}}</code></p>
<p class="price large">{{price}}</p>
<p><span class="state {{sale_state_code}}">{{sale_state}}</span>{{#left}} <span class="quiet">{{text item.left}}</span>{{/left}}</p>
{{#release_date}}
<p>{{text item.release}} <time datetime="{{release_date}}">{{release_date}}</time></p>
{{/release_date}}
{{?reasons}}
<ul class="reasons">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
{{#at_most}}
<form class="buy" method="post" action="/cart">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="sku" value="{{sku}}">
<p class="field short">
<label for="quantity">{{text item.quantity}}</label>
<input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="{{at_most}}" value="1" required>
</p>
<button class="main" type="submit">{{text item.add}}</button>
</form>
{{/at_most}}
{{^at_most}}
<p class="notice">{{text item.closed}}</p>
{{/at_most}}
{{#description}}
<h2>{{text item.description}}</h2>
<p class="prose">{{description}}</p>
{{/description}}
{{?attributes}}
<h2>{{text item.details}}</h2>
<dl class="facts">
{{#attributes}}
<dt>{{name}}</dt>
<dd>{{value}}</dd>
{{/attributes}}
</dl>
{{/attributes}}
</div>
</article>
{{> bottom}}
