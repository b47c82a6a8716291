import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Language } from './intl.tsx';
import { StepUpProvider } from './step-up.tsx';
import { type createClient, trpc } from './trpc.ts';

type ProvidersProps = {
  client: ReturnType<typeof createClient>;
  queries: QueryClient;
  children: ReactNode;
};

/** What every page may use: sentences, procedures, the question for a second factor. */
export function Providers({ client, queries, children }: ProvidersProps) {
  return (
    <Language>
      <trpc.Provider client={client} queryClient={queries}>
        <QueryClientProvider client={queries}>
          <StepUpProvider>{children}</StepUpProvider>
        </QueryClientProvider>
      </trpc.Provider>
    </Language>
  );
}
