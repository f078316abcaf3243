</main>
<footer>
<div class="wide">
<p class="name">{{shop}}</p>
<nav aria-label="{{text footer.label}}">
<ul>
<li><a href="/calendar">{{text nav.calendar}}</a></li>
<li><a href="/checkout">{{text nav.cart}}</a></li>
{{^customer}}
<li><a href="/register">{{text nav.register}}</a></li>
{{/customer}}
</ul>
</nav>
<p class="quiet">{{text footer.pictures}}</p>
</div>
</footer>
</body>
</html>
