{{#summary}}
<aside class="summary" aria-labelledby="summary">
<h2 id="summary">{{text checkout.lines}}</h2>
<ul>
{{#lines}}
<li><span>{{quantity}} × {{name}}{{#order}} <span class="quiet">{{order}}</span>{{/order}}</span> <span class="price">{{total}}</span>
{{?reasons}}
<ul class="reasons">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
</li>
{{/lines}}
</ul>
<p class="sum">{{text checkout.goods}} <strong class="price">{{goods}}</strong></p>
{{#charges}}
<p class="sum">{{label}} <strong class="price">{{amount}}</strong></p>
{{/charges}}
<p><a href="/cart">{{text checkout.change_cart}}</a></p>
</aside>
{{/summary}}
