{{> top}}
<h1>{{text orders.heading}}</h1>
<nav class="chips" aria-label="{{text orders.lists}}">
<ul>
{{#lists}}
<li><a href="{{url}}" {{#is_current}}aria-current="page" {{/is_current}}>{{label}}</a></li>
{{/lists}}
</ul>
</nav>
{{?orders}}
<ul class="rows">
{{#orders}}
<li>
<a href="{{link}}"><code>{{number}}</code></a>
<time datetime="{{placed_at}}">{{placed_at}}</time>
<span class="state {{state_code}}">{{state}}</span>
{{#due_at}}
<span>{{text order.due}} <time datetime="{{due_at}}">{{due_at}}</time></span>
{{/due_at}}
<span class="price">{{total}}</span>
</li>
{{/orders}}
</ul>
{{/orders}}
{{^orders}}
<p>{{text orders.none}}</p>
{{/orders}}
{{#next}}
<p class="more"><a class="button quiet" href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
