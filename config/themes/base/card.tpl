<li class="card">
<a href="{{link}}">
<span class="frame"><img src="{{picture}}" alt="" width="320" height="320" loading="lazy" decoding="async"></span>
<span class="title">{{name}}</span>
</a>
<p class="price">{{price}}</p>
<p class="badges"><span class="state {{sale_state_code}}">{{sale_state}}</span>{{#condition}} <span class="state used">{{condition}}</span>{{/condition}}{{#left}} <span class="quiet">{{text item.left}}</span>{{/left}}</p>
{{?release}}
<p class="quiet">{{text item.release}} {{release}}</p>
{{/release}}
</li>
