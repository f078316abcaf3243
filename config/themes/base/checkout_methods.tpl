{{> top}}
<h1>{{heading}}</h1>
{{> steps}}
<div class="with_aside">
<div>
{{?reasons}}
<ul class="reasons" role="alert">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
{{/reasons}}
<form method="post" action="{{action}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<fieldset>
<legend>{{text checkout.choose}}</legend>
{{#methods}}
{{#is_offered}}
<p class="choice">
<input type="radio" id="{{field}}-{{name}}" name="{{field}}" value="{{name}}" required {{#is_chosen}}checked {{/is_chosen}}>
<label for="{{field}}-{{name}}"><strong>{{label}}</strong>{{#fee}} <span class="price">{{fee}}</span>{{/fee}}{{#delivery}} <span class="quiet">{{delivery}}</span>{{/delivery}}</label>
</p>
{{/is_offered}}
{{^is_offered}}
<div class="choice refused">
<input type="radio" id="{{field}}-{{name}}" disabled aria-describedby="{{field}}-{{name}}-why">
<label for="{{field}}-{{name}}">{{label}}</label>
<ul class="why" id="{{field}}-{{name}}-why">
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
</div>
{{/is_offered}}
{{/methods}}
{{^methods}}
<p>{{text checkout.no_methods}}</p>
{{/methods}}
</fieldset>
{{?notices}}
<ul class="notices">
{{#notices}}
<li>{{text}}</li>
{{/notices}}
</ul>
{{/notices}}
<p class="go"><button class="main" type="submit">{{text checkout.next}}</button></p>
</form>
</div>
{{> summary}}
</div>
{{> bottom}}
