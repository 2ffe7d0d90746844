import { Select, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localeChoices, proposedFormats, zoneChoices } from '@/lib/format/format-choices';
import { createFormats } from '@/lib/format/formats';
import { NewPasswordInput } from '@/lib/password/new-password-input';
import { currencyOptions } from '@/records/fields/currencies';
import { type Registration, registerCompany } from './api/auth';
import classes from './auth-form.module.css';
import { AuthForm } from './auth-form';
import { slugOf } from './slug';
import { useAuthForm, useEnter } from './use-auth-form';

export default function RegisterPage() {
  const { t, i18n } = useTranslation('auth');
  const proposed = useMemo(
    () => proposedFormats(navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone),
    [],
  );
  const enter = useEnter();
  const { form, problem, onSubmit, errorOf, isSubmitting } = useAuthForm<Registration>(
    { companyName: '', subdomain: '', name: '', email: '', password: '', ...proposed },
    async (values) => enter(await registerCompany(values)),
  );
  const { companyName, name, email, password, ...chosen } = form.watch();
  const formats = { ...proposed, ...chosen };
  const now = useMemo(() => new Date(), []);
  const zones = useMemo(() => zoneChoices(proposed.zone, now), [proposed.zone, now]);
  const shown = createFormats(formats);
  const choose = (key: 'zone' | 'locale' | 'baseCurrency') => (value: string | null) => {
    if (value) form.setValue(key, value);
  };
  const company = form.register('companyName', { required: t('needed.company') });
  return (
    <AuthForm
      title={t('register.title')}
      text={t('register.text')}
      problem={problem}
      submitLabel={t('register.submit')}
      isSubmitting={isSubmitting}
      onSubmit={onSubmit}
      footer={
        <>
          {t('register.haveAccount')} <Link to="/login">{t('register.login')}</Link>
        </>
      }
    >
      <TextInput
        size="md"
        label={t('company')}
        autoComplete="organization"
        autoFocus
        error={errorOf('companyName')}
        {...company}
        onChange={(event) => {
          void company.onChange(event);
          // Proposes an address until the user enters one.
          if (!form.formState.dirtyFields.subdomain)
            form.setValue('subdomain', slugOf(event.currentTarget.value));
        }}
      />
      <TextInput
        size="md"
        label={t('subdomain')}
        description={t('subdomainHelp')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errorOf('subdomain')}
        {...form.register('subdomain', { required: t('needed.subdomain') })}
      />
      <TextInput
        size="md"
        label={t('name')}
        autoComplete="name"
        error={errorOf('name')}
        {...form.register('name', { required: t('needed.name') })}
      />
      <TextInput
        size="md"
        type="email"
        label={t('email')}
        autoComplete="email"
        error={errorOf('email')}
        {...form.register('email', { required: t('needed.email') })}
      />
      <NewPasswordInput
        size="md"
        label={t('password')}
        description={t('passwordHelp')}
        typed={password}
        owner={{ email, name, company: companyName }}
        error={errorOf('password')}
        {...form.register('password', { required: t('needed.password') })}
      />
      <fieldset className={classes['formats']}>
        <legend>{t('formats.title')}</legend>
        <p>{t('formats.text')}</p>
        <Select
          size="sm"
          label={t('formats.currency')}
          data={currencyOptions(i18n.language)}
          value={formats.baseCurrency}
          searchable
          allowDeselect={false}
          limit={60}
          error={errorOf('baseCurrency')}
          onChange={choose('baseCurrency')}
        />
        <Select
          size="sm"
          label={t('formats.locale')}
          data={localeChoices(i18n.language, formats.locale)}
          value={formats.locale}
          searchable
          allowDeselect={false}
          error={errorOf('locale')}
          onChange={choose('locale')}
        />
        <Select
          size="sm"
          label={t('formats.zone')}
          data={zones}
          value={formats.zone}
          searchable
          allowDeselect={false}
          limit={100}
          error={errorOf('zone')}
          onChange={choose('zone')}
        />
        <output className="pl-num">
          {shown.money('1234567.5')} · {shown.dateTime(now.toISOString())}
        </output>
      </fieldset>
    </AuthForm>
  );
}
