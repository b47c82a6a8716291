import { describe, expect, test } from 'vitest';
import { purposes } from '../../db/data-map/vocabulary.ts';
import { seedServices } from '../../db/seed/personas.ts';
import { messageChannels, messageTopics, serviceMessages } from '../consent/topics.ts';
import { appRouter } from '../root.ts';
import { checkProcedures, walkProcedures } from '../trpc/boot-check.ts';
import { nothing } from '../trpc/input.ts';
import { checkContract } from './boot-check.ts';
import { contactChannels, mayContact, optionalTopics, serviceTopics } from './contract/consent.ts';
import { contract } from './contract/index.ts';
import { servicePurposes } from './contract/purpose.ts';
import { internalRouter } from './root.ts';
import { serviceProcedure, serviceRouter } from './trpc.ts';

const paths = Object.keys(contract);

describe('the services’ router', () => {
  test('is the contract, procedure by procedure, each recorded on every call', () => {
    expect(paths.length).toBeGreaterThan(8);
    expect(() => checkContract(internalRouter)).not.toThrow();
    expect(() => checkProcedures(internalRouter)).not.toThrow();
    const procedures = walkProcedures(internalRouter);
    expect(procedures.map(({ path }) => path).sort()).toEqual([...paths].sort());
    expect(procedures.map(({ meta }) => [meta?.assurance, meta?.audit])).toEqual(
      paths.map(() => ['service', 'act']),
    );
  });

  test('shares no procedure with people’s, in either direction', () => {
    const people = walkProcedures(appRouter);
    expect(people.filter(({ meta }) => meta?.assurance === 'service')).toEqual([]);
    expect(people.filter(({ path }) => paths.includes(path))).toEqual([]);
  });

  test('does not start with another procedure, with one too few, or with another shape', () => {
    const whole = internalRouter._def.record;
    const more = serviceRouter({
      ...whole,
      extra: serviceRouter({ it: serviceProcedure(mayContact).query(() => null as never) }),
    });
    expect(() => checkContract(more)).toThrow('extra.it: not in the contract');
    const { consent: _consent, ...fewer } = whole;
    expect(() => checkContract(serviceRouter(fewer))).toThrow(
      'consent.mayContact: in the contract alone',
    );
    const other = serviceRouter({
      ...whole,
      events: serviceRouter({
        since: serviceProcedure({ ...contract['events.since'], input: nothing }).query(
          () => null as never,
        ),
      }),
    });
    expect(() => checkContract(other)).toThrow('events.since: another input');
  });
});

describe('the contract’s words', () => {
  test('are the portal’s own: purposes, topics, channels', () => {
    expect(servicePurposes.filter((purpose) => !(purpose in purposes))).toEqual([]);
    expect(optionalTopics).toEqual(messageTopics);
    expect(serviceTopics).toEqual(serviceMessages);
    expect(contactChannels).toEqual(messageChannels);
  });

  test('give every demo service scopes for purposes that calls can state', () => {
    const scopes = Object.values(seedServices).flatMap(({ scopes: own }) => Object.entries(own));
    expect(scopes.length).toBeGreaterThan(10);
    for (const [procedure, { purposes: stated }] of scopes) {
      expect(paths).toContain(procedure);
      expect(stated.filter((one) => !(servicePurposes as readonly string[]).includes(one))).toEqual(
        [],
      );
    }
  });
});
