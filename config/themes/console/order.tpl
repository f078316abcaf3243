{{> top}}
{{#summary}}
<h1>{{text order.heading}}</h1>
<dl class="facts">
<dt>{{text order.placed}}</dt>
<dd><time datetime="{{placed_at}}">{{placed_at}}</time></dd>
<dt>{{text order.goods_state}}</dt>
<dd><span class="state {{fulfilment}}">{{fulfilment}}</span> {{#hold}}<span class="state {{hold}}">{{hold}}</span>{{/hold}}</dd>
<dt>{{text order.payment_state}}</dt>
<dd><span class="state {{payment}}">{{payment}}</span>{{#due_at}} {{text order.due}} <time datetime="{{due_at}}">{{due_at}}</time>{{/due_at}}{{#is_overdue}} <strong class="bad">{{text order.overdue}}</strong>{{/is_overdue}}</dd>
<dt>{{text order.customer}}</dt>
<dd>{{customer}} {{email}}</dd>
{{#shows_money}}
<dt>{{text order.household}}</dt>
<dd><code>{{household}}</code></dd>
{{/shows_money}}
<dt>{{text order.payment}}</dt>
<dd>{{payment_method}}</dd>
<dt>{{text order.shipping}}</dt>
<dd>{{shipping_method}}</dd>
{{#shows_money}}
<dt>{{text order.revision}}</dt>
<dd><code>{{revision}}</code></dd>
<dt>{{text order.total}}</dt>
<dd><a href="{{link}}">{{total}}</a></dd>
{{/shows_money}}
</dl>
{{/summary}}
{{#customer}}
<p><a href="{{customer}}">{{text order.all_of_customer}}</a></p>
{{/customer}}
{{?cases}}
<section aria-labelledby="cases">
<h2 id="cases">{{text order.cases}}</h2>
<ul class="plain">
{{#cases}}
<li><strong>{{kind}}</strong> <time datetime="{{opened_at}}">{{opened_at}}</time> <span class="quiet">{{opened_by}}</span>{{#settled_at}} {{text case.settled}} <time datetime="{{settled_at}}">{{settled_at}}</time> <span class="quiet">{{settled_by}}</span>{{/settled_at}}{{#settle}} <form class="inline" method="post" action="{{settle}}"><input type="hidden" name="csrf" value="{{csrf}}"><button type="submit">{{text case.settle}}</button></form>{{/settle}}</li>
{{/cases}}
</ul>
</section>
{{/cases}}
<section aria-labelledby="actions">
<h2 id="actions">{{text order.actions}}</h2>
<div class="actions">
{{#ship}}
<form class="card" method="post" action="{{link}}"><input type="hidden" name="csrf" value="{{csrf}}">
<h3>{{text action.ship}}</h3>
<p><label for="tracking">{{text ship.tracking}} ({{method}})</label><input id="tracking" name="tracking" type="text" maxlength="64" autocomplete="off"></p>
<p><button class="main" type="submit">{{text action.ship}}</button></p>
</form>
{{/ship}}
{{#actions}}
<form class="card" method="post" action="{{link}}"><input type="hidden" name="csrf" value="{{csrf}}">
<h3>{{label}}</h3>
{{#takes_reason}}
<p><label>{{text action.reason}} <input name="reason" type="text" maxlength="200" required></label></p>
{{/takes_reason}}
<p><button type="submit">{{label}}</button></p>
</form>
{{/actions}}
{{#refund}}
<form class="card" method="post" action="{{link}}"><input type="hidden" name="csrf" value="{{csrf}}"><input type="hidden" name="key" value="{{key}}">
<h3>{{text action.refund}}</h3>
<fieldset>
<legend>{{text refund.from}}</legend>
{{#choices}}
<label class="choice"><input type="radio" name="attempt" value="{{attempt}}" {{#is_chosen}}checked {{/is_chosen}}required> {{method}}, {{text refund.left}} {{left}}</label>
{{/choices}}
</fieldset>
<p><label for="amount">{{text refund.amount}} ({{currency}})</label><input id="amount" name="amount" type="text" inputmode="decimal" maxlength="16" value="{{amount}}" required></p>
<p><label for="refund-reason">{{text action.reason}}</label><input id="refund-reason" name="reason" type="text" maxlength="200" required></p>
<p><button type="submit">{{text action.refund}}</button></p>
</form>
{{/refund}}
{{#cancel}}
<form class="card" method="post" action="{{link}}"><input type="hidden" name="csrf" value="{{csrf}}">
<h3>{{text action.cancel}}</h3>
<fieldset>
<legend>{{text cancel.units}}</legend>
{{#lines}}
<label class="choice"><input type="number" name="{{field}}" min="0" max="{{quantity}}" value="0"> {{name}} ({{text cancel.of}} {{quantity}})</label>
{{/lines}}
</fieldset>
<p><label for="cancel-reason">{{text action.reason}}</label><input id="cancel-reason" name="reason" type="text" maxlength="200" required></p>
<p><button type="submit" name="do" value="lines">{{text cancel.lines}}</button> <button type="submit" name="do" value="whole">{{text cancel.whole}}</button></p>
</form>
{{/cancel}}
</div>
</section>
<section aria-labelledby="lines">
<h2 id="lines">{{text order.lines}}</h2>
<div class="scroll" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text order.item}}</th><th scope="col" class="number">{{text order.quantity}}</th><th scope="col" class="number">{{text order.in_hand}}</th><th scope="col" class="number">{{text order.cancelled_units}}</th>{{#shows_money}}<th scope="col" class="number">{{text order.each}}</th><th scope="col" class="number">{{text order.amount}}</th>{{/shows_money}}</tr>
</thead>
<tbody>
{{#lines}}
<tr><td>{{name}} <code>{{sku}}</code></td><td class="number">{{quantity}}</td><td class="number">{{in_hand}}</td><td class="number">{{cancelled}}</td>{{#shows_money}}<td class="number">{{unit_price}}</td><td class="number">{{total}}</td>{{/shows_money}}</tr>
{{/lines}}
</tbody>
{{#shows_money}}
<tfoot>
<tr><th scope="row" colspan="5">{{text order.goods}}</th><td class="number">{{goods}}</td></tr>
{{#charges}}
<tr><th scope="row" colspan="5">{{label}}</th><td class="number">{{amount}}</td></tr>
{{/charges}}
<tr><th scope="row" colspan="5">{{text order.total}}</th><td class="number"><strong>{{total}}</strong></td></tr>
</tfoot>
{{/shows_money}}
</table>
</div>
</section>
<div class="columns">
<section aria-labelledby="address">
<h2 id="address">{{text order.address}}</h2>
<address>
{{#address}}
<span>{{text}}</span>
{{/address}}
</address>
{{?shipments}}
<h3>{{text order.shipments}}</h3>
<ul class="plain">
{{#shipments}}
<li>{{method}} <code>{{tracking}}</code> <time class="quiet" datetime="{{shipped_at}}">{{shipped_at}}</time>{{#delivered_at}} {{text shipment.delivered}} <time class="quiet" datetime="{{delivered_at}}">{{delivered_at}}</time>{{/delivered_at}}</li>
{{/shipments}}
</ul>
{{/shipments}}
</section>
{{#shows_money}}
<section aria-labelledby="attempts">
<h2 id="attempts">{{text order.attempts}}</h2>
{{?invoices}}
<ul class="plain">
{{#invoices}}
<li>{{text invoice.number}} <code>{{number}}</code> {{total}} <time class="quiet" datetime="{{issued_at}}">{{issued_at}}</time>{{#credited_at}} {{text invoice.credited}} <time class="quiet" datetime="{{credited_at}}">{{credited_at}}</time>{{/credited_at}}</li>
{{/invoices}}
</ul>
{{/invoices}}
{{^attempts}}
<p>{{text order.no_attempts}}</p>
{{/attempts}}
{{?attempts}}
<ul class="plain">
{{#attempts}}
<li><span class="state {{state}}">{{state}}</span> {{gateway}} {{amount}} <code>{{reference}}</code> <time class="quiet" datetime="{{begun_at}}">{{begun_at}}</time></li>
{{/attempts}}
</ul>
{{/attempts}}
{{?refunds}}
<h3>{{text order.refunds}}</h3>
<ul class="plain">
{{#refunds}}
<li><span class="state {{state}}">{{state}}</span> {{amount}} {{reason}} <span class="quiet">{{who}}</span> <time class="quiet" datetime="{{begun_at}}">{{begun_at}}</time>{{#failure}} <span class="bad">{{failure}}</span>{{/failure}}</li>
{{/refunds}}
</ul>
{{/refunds}}
</section>
{{/shows_money}}
</div>
<section aria-labelledby="timeline">
<h2 id="timeline">{{text order.timeline}}</h2>
<ol class="timeline">
{{#timeline}}
<li><time datetime="{{at}}">{{at}}</time> <strong>{{what}}</strong> <span class="quiet">{{who}}</span>{{#details}} <span class="quiet">{{name}} {{value}}</span>{{/details}}</li>
{{/timeline}}
</ol>
</section>
{{#shows_money}}
<section aria-labelledby="decisions">
<h2 id="decisions">{{text order.decisions}}</h2>
{{> decision_list}}
</section>
{{/shows_money}}
{{> bottom}}
