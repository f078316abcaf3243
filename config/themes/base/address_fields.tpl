{{#form}}
<div class="fields">
{{#name}}
<p class="field">
<label for="name">{{text form.name}}</label>
<input id="name" name="name" type="text" autocomplete="name" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="name-error" {{/error}}>
{{#error}}
<span class="error" id="name-error">{{error}}</span>
{{/error}}
</p>
{{/name}}
{{#country}}
<p class="field">
<label for="country">{{text form.country}}</label>
<select id="country" name="country" autocomplete="country" required {{?error}}aria-invalid="true" aria-describedby="country-error" {{/error}}>
<option value="">{{text form.choose}}</option>
{{#choices}}
<option value="{{value}}" {{#is_chosen}}selected {{/is_chosen}}>{{label}}</option>
{{/choices}}
</select>
{{#error}}
<span class="error" id="country-error">{{error}}</span>
{{/error}}
</p>
{{/country}}
{{#street_1}}
<p class="field">
<label for="street_1">{{text form.street_1}}</label>
<input id="street_1" name="street_1" type="text" autocomplete="address-line1" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="street_1-error" {{/error}}>
{{#error}}
<span class="error" id="street_1-error">{{error}}</span>
{{/error}}
</p>
{{/street_1}}
{{#street_2}}
<p class="field">
<label for="street_2">{{text form.street_2}} <span class="quiet">{{text form.optional}}</span></label>
<input id="street_2" name="street_2" type="text" autocomplete="address-line2" maxlength="100" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="street_2-error" {{/error}}>
{{#error}}
<span class="error" id="street_2-error">{{error}}</span>
{{/error}}
</p>
{{/street_2}}
{{#city}}
<p class="field">
<label for="city">{{text form.city}}</label>
<input id="city" name="city" type="text" autocomplete="address-level2" maxlength="100" required value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="city-error" {{/error}}>
{{#error}}
<span class="error" id="city-error">{{error}}</span>
{{/error}}
</p>
{{/city}}
{{#region}}
<p class="field">
<label for="region">{{text form.region}} <span class="quiet">{{text form.optional}}</span></label>
<input id="region" name="region" type="text" autocomplete="address-level1" maxlength="100" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="region-error" {{/error}}>
{{#error}}
<span class="error" id="region-error">{{error}}</span>
{{/error}}
</p>
{{/region}}
{{#postal_code}}
<p class="field">
<label for="postal_code">{{text form.postal_code}} <span class="quiet">{{text form.optional}}</span></label>
<input id="postal_code" name="postal_code" type="text" autocomplete="postal-code" maxlength="12" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="postal_code-error" {{/error}}>
{{#error}}
<span class="error" id="postal_code-error">{{error}}</span>
{{/error}}
</p>
{{/postal_code}}
{{#phone}}
<p class="field">
<label for="phone">{{text form.phone}} <span class="quiet">{{text form.optional}}</span></label>
<input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="32" value="{{value}}" {{?error}}aria-invalid="true" aria-describedby="phone-error" {{/error}}>
{{#error}}
<span class="error" id="phone-error">{{error}}</span>
{{/error}}
</p>
{{/phone}}
</div>
<p class="choice">
<input type="checkbox" id="is_hotel" name="is_hotel" value="1" {{#is_hotel}}checked {{/is_hotel}}>
<label for="is_hotel">{{text checkout.is_hotel}}</label>
</p>
{{/form}}
