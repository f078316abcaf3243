{{> top}}
<div class="hero">
<div>
<h1>{{text home.heading}}</h1>
<p>{{text home.how}}</p>
</div>
</div>
{{#shelves}}
<section class="shelf" aria-labelledby="shelf-{{id}}">
<div class="over">
<h2 id="shelf-{{id}}">{{heading}}</h2>
<a href="{{all}}">{{text home.all}}<span class="unseen">: {{heading}}</span></a>
</div>
<ul class="cards">
{{#items}}
{{> card}}
{{/items}}
</ul>
</section>
{{/shelves}}
{{^shelves}}
<p>{{text catalogue.nothing}}</p>
{{/shelves}}
{{> bottom}}
