{{> top}}
{{#is_just_placed}}
<h1>{{text order.thanks}}</h1>
<p>{{text order.mail_follows}}</p>
{{#is_account_begun}}
<p class="notice">{{text order.account_begun}}</p>
{{/is_account_begun}}
{{/is_just_placed}}
{{^is_just_placed}}
<h1>{{text order.heading}}</h1>
{{/is_just_placed}}
<dl class="facts">
<dt>{{text order.number}}</dt>
<dd><code>{{number}}</code></dd>
<dt>{{text order.placed}}</dt>
<dd><time datetime="{{placed_at}}">{{placed_at}}</time></dd>
<dt>{{text order.state}}</dt>
<dd><span class="state {{state_code}}">{{state}}</span></dd>
{{#due_at}}
<dt>{{text order.due}}</dt>
<dd><strong><time datetime="{{due_at}}">{{due_at}}</time></strong></dd>
{{/due_at}}
<dt>{{text order.payment}}</dt>
<dd>{{payment_method}}</dd>
<dt>{{text order.shipping}}</dt>
<dd>{{shipping_method}}</dd>
</dl>
{{?pay}}
<form class="pay" method="post" action="{{pay}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<button class="main" type="submit">{{text order.pay}}</button>
</form>
{{/pay}}
{{?together}}
<section aria-labelledby="together">
<h2 id="together">{{text order.together}}</h2>
<ul class="rows">
{{#together}}
<li>
<a href="{{link}}"><code>{{number}}</code></a>
<time datetime="{{placed_at}}">{{placed_at}}</time>
<span class="state {{state_code}}">{{state}}</span>
{{#due_at}}
<span>{{text order.due}} <time datetime="{{due_at}}">{{due_at}}</time></span>
{{/due_at}}
<span class="price">{{total}}</span>
{{?pay}}
<form class="plain" method="post" action="{{pay}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<button type="submit">{{text order.pay}}<span class="unseen"> {{number}}</span></button>
</form>
{{/pay}}
</li>
{{/together}}
</ul>
</section>
{{/together}}
<p class="go">
{{#change}}
<a class="button" href="{{change}}">{{text order.change}}</a>
{{/change}}
{{#cancel}}
<a class="button" href="{{cancel}}">{{text order.cancel}}</a>
{{/cancel}}
</p>
<div class="columns">
<section aria-labelledby="lines">
<h2 id="lines">{{text order.lines}}</h2>
<div class="scroll">
<table>
<thead>
<tr><th scope="col">{{text order.item}}</th><th scope="col" class="number">{{text item.quantity}}</th><th scope="col" class="number">{{text order.amount}}</th></tr>
</thead>
<tbody>
{{#lines}}
<tr><td><a href="{{link}}">{{name}}</a>{{#release_date}} <span class="quiet">{{text item.release}} <time datetime="{{release_date}}">{{release_date}}</time></span>{{/release_date}}</td><td class="number">{{quantity}}</td><td class="price">{{total}}</td></tr>
{{/lines}}
</tbody>
<tfoot>
<tr><th scope="row" colspan="2">{{text checkout.goods}}</th><td class="price">{{goods}}</td></tr>
{{#charges}}
<tr><th scope="row" colspan="2">{{label}}</th><td class="price">{{amount}}</td></tr>
{{/charges}}
<tr><th scope="row" colspan="2">{{text checkout.total}}</th><td class="price large">{{total}}</td></tr>
</tfoot>
</table>
</div>
</section>
{{?address}}
<section aria-labelledby="address">
<h2 id="address">{{text step.address}}</h2>
<address>
{{#address}}
<span>{{text}}</span>
{{/address}}
</address>
</section>
{{/address}}
</div>
<section aria-labelledby="timeline">
<h2 id="timeline">{{text order.timeline}}</h2>
<ol class="timeline">
{{#timeline}}
<li><time datetime="{{at}}">{{at}}</time> <span>{{what}}</span></li>
{{/timeline}}
</ol>
</section>
{{> bottom}}
