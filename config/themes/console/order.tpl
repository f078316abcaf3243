{{> top}}
{{#summary}}
<h1>{{text order.heading}}</h1>
<dl class="facts">
<dt>{{text order.placed}}</dt>
<dd><time datetime="{{placed_at}}">{{placed_at}}</time></dd>
<dt>{{text order.goods_state}}</dt>
<dd><span class="state {{fulfilment}}">{{fulfilment}}</span> <span class="state {{hold}}">{{hold}}</span></dd>
<dt>{{text order.payment_state}}</dt>
<dd><span class="state {{payment}}">{{payment}}</span>{{#due_at}} {{text order.due}} <time datetime="{{due_at}}">{{due_at}}</time>{{/due_at}}{{#is_overdue}} <strong class="bad">{{text order.overdue}}</strong>{{/is_overdue}}</dd>
<dt>{{text order.customer}}</dt>
<dd>{{customer}} {{email}}</dd>
<dt>{{text order.household}}</dt>
<dd><code>{{household}}</code></dd>
<dt>{{text order.payment}}</dt>
<dd>{{payment_method}}</dd>
<dt>{{text order.shipping}}</dt>
<dd>{{shipping_method}}</dd>
<dt>{{text order.revision}}</dt>
<dd><code>{{revision}}</code></dd>
<dt>{{text order.total}}</dt>
<dd><a href="{{link}}">{{total}}</a></dd>
</dl>
{{/summary}}
{{?actions}}
<section aria-labelledby="actions">
<h2 id="actions">{{text order.actions}}</h2>
<ul class="actions">
{{#actions}}
<li><form method="post" action="{{link}}"><input type="hidden" name="csrf" value="{{csrf}}">{{#takes_reason}}<label>{{text action.reason}} <input name="reason" type="text" maxlength="200" required></label> {{/takes_reason}}<button type="submit">{{label}}</button></form></li>
{{/actions}}
</ul>
</section>
{{/actions}}
<section aria-labelledby="lines">
<h2 id="lines">{{text order.lines}}</h2>
<div class="scroll" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text order.item}}</th><th scope="col" class="number">{{text order.quantity}}</th><th scope="col" class="number">{{text order.each}}</th><th scope="col" class="number">{{text order.amount}}</th></tr>
</thead>
<tbody>
{{#lines}}
<tr><td>{{name}} <code>{{sku}}</code></td><td class="number">{{quantity}}</td><td class="number">{{unit_price}}</td><td class="number">{{total}}</td></tr>
{{/lines}}
</tbody>
<tfoot>
<tr><th scope="row" colspan="3">{{text order.goods}}</th><td class="number">{{goods}}</td></tr>
{{#charges}}
<tr><th scope="row" colspan="3">{{label}}</th><td class="number">{{amount}}</td></tr>
{{/charges}}
<tr><th scope="row" colspan="3">{{text order.total}}</th><td class="number"><strong>{{total}}</strong></td></tr>
</tfoot>
</table>
</div>
</section>
<section aria-labelledby="address">
<h2 id="address">{{text order.address}}</h2>
<address>
{{#address}}
<span>{{text}}</span>
{{/address}}
</address>
</section>
<section aria-labelledby="attempts">
<h2 id="attempts">{{text order.attempts}}</h2>
{{^attempts}}
<p>{{text order.no_attempts}}</p>
{{/attempts}}
<ul>
{{#attempts}}
<li><span class="state {{state}}">{{state}}</span> {{gateway}} {{amount}} <code>{{reference}}</code> <time class="quiet" datetime="{{begun_at}}">{{begun_at}}</time></li>
{{/attempts}}
</ul>
</section>
<section aria-labelledby="timeline">
<h2 id="timeline">{{text order.timeline}}</h2>
<ol class="timeline">
{{#timeline}}
<li><time datetime="{{at}}">{{at}}</time> <strong>{{what}}</strong> <span class="quiet">{{who}}</span>{{#details}} <code>{{details}}</code>{{/details}}</li>
{{/timeline}}
</ol>
</section>
<section aria-labelledby="decisions">
<h2 id="decisions">{{text order.decisions}}</h2>
{{#decisions}}
<details>
<summary><code>{{point}}</code> <span class="state {{effect}}">{{effect}}</span> <time datetime="{{at}}">{{at}}</time> <code class="quiet">{{id}}</code></summary>
<ul>
{{#answers}}
<li><strong>{{policy}}</strong> <span class="quiet">{{version}}</span> <span class="state {{effect}}">{{effect}}</span>
<ul>
{{#reasons}}
<li><code>{{code}}</code> {{words}} {{#parameters}}<span class="quiet">{{name}} = {{value}}</span> {{/parameters}}<br><code>{{path}}</code> <span class="quiet">{{origin}}</span></li>
{{/reasons}}
</ul>
</li>
{{/answers}}
</ul>
</details>
{{/decisions}}
</section>
{{> bottom}}
