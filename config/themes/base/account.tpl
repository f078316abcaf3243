{{> top}}
<h1>{{text account.heading}}</h1>
<p>{{email}}</p>
<ul class="tiles">
{{#lists}}
<li><a href="{{url}}">{{label}}</a></li>
{{/lists}}
<li><a href="/account/addresses">{{text address_book.heading}}</a></li>
<li><a href="/watch-list">{{text watch_list.heading}}</a></li>
<li><a href="/forgotten-password">{{text account.password}}</a></li>
</ul>
<form class="plain" method="post" action="/log-out">
<input type="hidden" name="csrf" value="{{csrf}}">
<button type="submit">{{text nav.log_out}}</button>
</form>
{{> bottom}}
