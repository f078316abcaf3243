{{> top}}
{{^query}}
<h1>{{text catalogue.heading}}</h1>
{{/query}}
{{#query}}
<h1>{{text catalogue.found}}</h1>
<p><a href="/">{{text catalogue.everything}}</a></p>
{{/query}}
{{?items}}
<ul class="cards">
{{#items}}
<li class="card">
<a href="{{link}}"><img src="{{picture}}" alt="" width="320" height="320" loading="lazy"><span class="title">{{name}}</span></a>
<p class="price">{{price}}</p>
<p><span class="state {{sale_state_code}}">{{sale_state}}</span>{{#left}} <span class="quiet">{{text item.left}}</span>{{/left}}</p>
{{#release_date}}
<p class="quiet">{{text item.release}} <time datetime="{{release_date}}">{{release_date}}</time></p>
{{/release_date}}
</li>
{{/items}}
</ul>
{{/items}}
{{^items}}
<p>{{text catalogue.nothing}}</p>
{{/items}}
{{#next}}
<p class="more"><a class="button quiet" href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
