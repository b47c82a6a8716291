import { Router } from 'express';
import { policyLists, recipientRegister } from '../../db/data-map/register.ts';
import { escapeHtml } from '../escape-html.ts';
import { plainPage } from '../plain-page.ts';
import { retentionText } from '../retention/text.ts';
import { policyHash } from './publish.ts';
import { type PolicyChapter, policyContacts, policyText } from './text.ts';
import { CURRENT_POLICY_VERSION, EFFECTIVE_AT } from './version.ts';

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** The policy without JavaScript: the same wording and the same lists as on its page. */
export function policyPages(): Router {
  const page = plainPage(
    'Privacy policy',
    [
      `<p>Version ${CURRENT_POLICY_VERSION}, in force since ${days.format(EFFECTIVE_AT)}.</p>`,
      ...policyText.map(chapter),
      `<p>SHA-256 of this wording: <code>${policyHash()}</code></p>`,
      '<p><a href="/cookies/form">Cookie choices</a> · privacy@easellm.com</p>',
    ].join('\n'),
  );
  return Router({ caseSensitive: true }).get('/policy/plain', (_req, res) => {
    res.type('html').send(page);
  });
}

function chapter({ id, title, paragraphs, list }: PolicyChapter): string {
  const said = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('');
  return `<section id="${id}"><h2>${escapeHtml(title)}</h2>${said}${list ? listed(list) : ''}</section>`;
}

function listed(list: NonNullable<PolicyChapter['list']>): string {
  switch (list) {
    case 'recipients':
      return table(
        ['Recipient', 'Country', 'Safeguard', 'Receives parts of'],
        recipientRegister().map(({ name, role, country, safeguard, receives }) => [
          `${name}: ${role}`,
          countries.of(country) ?? country,
          safeguard,
          receives.join(', '),
        ]),
      );
    case 'contacts':
      return table(
        ['About', 'Address'],
        policyContacts.map(({ about, address }) => [about, address]),
      );
    default:
      return table(
        ['Record', 'What it holds', 'Deleted'],
        policyLists()[list].map(({ title, data, retention }) => [
          title,
          data.join(', '),
          retentionText(retention),
        ]),
      );
  }
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  const body = rows
    .map(([first = '', ...rest]) => {
      const cells = rest.map((text) => `<td>${escapeHtml(text)}</td>`).join('');
      return `<tr><th scope="row">${escapeHtml(first)}</th>${cells}</tr>`;
    })
    .join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}
