import { accessRouter } from './access/router.ts';
import { accountRouter } from './account/router.ts';
import { alarmRouter } from './alarm/router.ts';
import { auditRouter } from './audit/router.ts';
import { deskRouter } from './auth/desk.ts';
import { authRouter } from './auth/router.ts';
import { consentRouter } from './consent/router.ts';
import { outboxRouter } from './mail/outbox.ts';
import { oversightRouter } from './oversight/router.ts';
import { overviewRouter } from './overview/router.ts';
import { policyRouter } from './policy/router.ts';
import { requestsRouter } from './requests/router.ts';
import { servicesDeskRouter } from './services/desk.ts';
import { signUpRouter } from './sign-up/router.ts';
import { caseDeskRouter, casesRouter } from './support/cases/router.ts';
import { lostFactorsDeskRouter, lostFactorsRouter } from './support/lost-factors/router.ts';
import { supportRouter, supportViewsRouter } from './support/router.ts';
import { router } from './trpc/init.ts';

/** The portal's procedures: a table of contents. */
export const appRouter = router({
  auth: authRouter,
  signUp: signUpRouter,
  alarm: alarmRouter,
  desk: deskRouter,
  overview: overviewRouter,
  oversight: oversightRouter,
  access: accessRouter,
  account: accountRouter,
  consent: consentRouter,
  requests: requestsRouter,
  audit: auditRouter,
  policy: policyRouter,
  support: supportRouter,
  supportViews: supportViewsRouter,
  cases: casesRouter,
  caseDesk: caseDeskRouter,
  lostFactors: lostFactorsRouter,
  lostFactorsDesk: lostFactorsDeskRouter,
  outbox: outboxRouter,
  services: servicesDeskRouter,
});

export type AppRouter = typeof appRouter;
