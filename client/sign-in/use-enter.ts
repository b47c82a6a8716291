import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { safePath } from '../lib/navigation.ts';

/** Goes where the person wanted to be, with nothing remembered of whoever used this page before. */
export function useEnter(): () => Promise<void> {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { then } = useSearch({ strict: false });
  return async () => {
    queries.removeQueries({ type: 'inactive' });
    await queries.invalidateQueries({ refetchType: 'none' });
    await navigate({ href: safePath(then), replace: true });
  };
}
