{{> top}}
<h1>{{text watch_list.heading}}</h1>
<p class="quiet">{{text watch_list.how}}</p>
{{?items}}
<ul class="rows">
{{#items}}
<li>
<a href="{{link}}">{{name}}</a>
<span class="state {{sale_state_code}}">{{sale_state}}</span>
<span class="price">{{price}}</span>
<form class="plain" method="post" action="/watch-list">
<input type="hidden" name="csrf" value="{{csrf}}">
<input type="hidden" name="sku" value="{{sku}}">
<button type="submit" name="do" value="move">{{text watch_list.move}}<span class="unseen">: {{name}}</span></button>
<button type="submit" name="do" value="remove">{{text watch_list.remove}}<span class="unseen">: {{name}}</span></button>
</form>
</li>
{{/items}}
</ul>
{{/items}}
{{^items}}
<p>{{text watch_list.nothing}}</p>
{{/items}}
{{> bottom}}
