{{> top}}
<h1>{{text orders.heading}}</h1>
{{#filter}}
<form class="filter" method="get" action="{{link}}" role="search" aria-label="{{text orders.filter}}">
<p><label for="number">{{text order.number}}</label><input id="number" name="number" type="text" value="{{number}}" maxlength="40"></p>
{{#shows_money}}
<p><label for="email">{{text form.email}}</label><input id="email" name="email" type="text" value="{{email}}" maxlength="254"></p>
{{/shows_money}}
<p><label for="fulfilment">{{text order.goods_state}}</label><select id="fulfilment" name="fulfilment">{{#fulfilment}}<option value="{{value}}" {{#is_chosen}}selected {{/is_chosen}}>{{label}}</option>{{/fulfilment}}</select></p>
<p><label for="payment">{{text order.payment_state}}</label><select id="payment" name="payment">{{#payment}}<option value="{{value}}" {{#is_chosen}}selected {{/is_chosen}}>{{label}}</option>{{/payment}}</select></p>
<p><label for="hold">{{text order.hold}}</label><select id="hold" name="hold">{{#hold}}<option value="{{value}}" {{#is_chosen}}selected {{/is_chosen}}>{{label}}</option>{{/hold}}</select></p>
<p><button class="main" type="submit">{{text filter.go}}</button> <a href="{{link}}">{{text filter.clear}}</a></p>
</form>
{{/filter}}
{{^orders}}
<p>{{text orders.none}}</p>
{{/orders}}
{{?orders}}
{{> order_table}}
{{/orders}}
{{#next}}
<p><a href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
