<ul class="lines short">
{{#lines}}
<li>
<img src="{{picture}}" alt="" width="96" height="96">
<div>
<a href="{{link}}">{{name}}</a>
<p class="quiet">{{sale_state}}{{?release}} · {{text item.release}} {{release}}{{/release}}</p>
{{?reasons}}
<ul class="reasons">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
</div>
<p>{{quantity}} × {{unit_price}}</p>
<p class="price">{{total}}</p>
</li>
{{/lines}}
</ul>
