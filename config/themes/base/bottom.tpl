</main>
<footer>
<div class="wide">
<p class="name">{{shop}}</p>
<nav aria-label="{{text footer.label}}">
<ul>
<li><a href="/items">{{text catalogue.heading}}</a></li>
<li><a href="/calendar">{{text nav.calendar}}</a></li>
<li><a href="/contact">{{text contact.heading}}</a></li>
<li><a href="/account">{{text account.heading}}</a></li>
{{^customer}}
<li><a href="/register">{{text nav.register}}</a></li>
{{/customer}}
</ul>
</nav>
</div>
</footer>
</body>
</html>
