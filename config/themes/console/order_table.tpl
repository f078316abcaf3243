<div class="scroll" tabindex="0">
<table>
<thead>
<tr><th scope="col">{{text order.number}}</th><th scope="col">{{text order.placed}}</th><th scope="col">{{text order.customer}}</th><th scope="col">{{text order.goods_state}}</th><th scope="col">{{text order.payment_state}}</th><th scope="col">{{text order.due}}</th>{{#shows_money}}<th scope="col" class="number">{{text order.total}}</th>{{/shows_money}}</tr>
</thead>
<tbody>
{{#orders}}
<tr><th scope="row"><a href="{{link}}"><code>{{number}}</code></a></th><td><time datetime="{{placed_at}}">{{placed_at}}</time></td><td>{{customer}} <span class="quiet">{{country}}</span></td><td><span class="state {{fulfilment}}">{{fulfilment}}</span> {{#hold}}<span class="state {{hold}}">{{hold}}</span>{{/hold}}</td><td><span class="state {{payment}}">{{payment}}</span></td><td {{#is_overdue}}class="bad" {{/is_overdue}}>{{#due_at}}<time datetime="{{due_at}}">{{due_at}}</time>{{/due_at}}{{#is_overdue}} {{text order.overdue}}{{/is_overdue}}</td>{{#shows_money}}<td class="number">{{total}}</td>{{/shows_money}}</tr>
{{/orders}}
</tbody>
</table>
</div>
