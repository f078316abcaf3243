{{> top}}
<h1>{{text address_book.heading}}</h1>
<p class="quiet">{{text address_book.how}}</p>
{{?kept}}
<ul class="addresses">
{{#kept}}
<li>
<address>
{{#lines}}
<span>{{text}}</span>
{{/lines}}
</address>
<p class="go"><a class="button" href="{{edit}}">{{text address_book.edit}}</a></p>
</li>
{{/kept}}
</ul>
{{/kept}}
{{^kept}}
<p>{{text address_book.nothing}}</p>
{{/kept}}
<p class="go"><a class="button main" href="/account/addresses/new">{{text address_book.add}}</a></p>
{{> bottom}}
