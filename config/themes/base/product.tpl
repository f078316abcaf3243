{{> top}}
{{> trail}}
<article class="product">
{{?pictures}}
<div class="pictures">
{{#pictures}}
<img src="{{url}}" alt="" width="640" height="640" decoding="async">
{{/pictures}}
</div>
{{/pictures}}
<div class="about">
<h1>{{name}}</h1>
<p class="badges"><span class="state {{sale_state_code}}">{{sale_state}}</span>{{#condition}} <span class="state used">{{condition}}</span>{{/condition}}{{#left}} <span class="quiet">{{text item.left}}</span>{{/left}}</p>
<p class="price large">{{price}}</p>
{{?release}}
<p>{{text item.release}} <strong>{{release}}</strong></p>
{{/release}}
{{?variants}}
<nav class="chips" aria-label="{{text item.variants}}">
<ul>
{{#variants}}
<li><a href="{{link}}" {{#is_this}}aria-current="page" {{/is_this}}>{{label}}</a></li>
{{/variants}}
</ul>
</nav>
{{/variants}}
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
<form class="plain" method="post" action="/watch-list">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="sku" value="{{sku}}">
{{#is_watched}}
<button type="submit" name="do" value="remove">{{text watch_list.remove}}</button>
{{/is_watched}}
{{^is_watched}}
<button type="submit" name="do" value="add">{{text watch_list.add}}</button>
{{/is_watched}}
</form>
{{?description}}
<h2>{{text item.description}}</h2>
<p class="prose">{{description}}</p>
{{/description}}
<h2>{{text item.details}}</h2>
<dl class="facts">
<dt>{{text item.sku}}</dt>
<dd><code>{{sku}}</code></dd>
{{#attributes}}
<dt>{{name}}</dt>
<dd>{{value}}</dd>
{{/attributes}}
</dl>
{{?notices}}
<ul class="notices">
{{#notices}}
<li>{{text}}</li>
{{/notices}}
</ul>
{{/notices}}
{{?ranking}}
<section class="ranking" aria-labelledby="ranking">
<h2 id="ranking">{{text item.ranking}}</h2>
<dl class="facts">
{{#ranking}}
<dt>{{grade}}</dt>
<dd>{{meaning}}</dd>
{{/ranking}}
</dl>
</section>
{{/ranking}}
</div>
</article>
{{> bottom}}
