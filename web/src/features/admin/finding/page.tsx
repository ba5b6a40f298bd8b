import { EmbeddingsPage } from '../embeddings-page.tsx';
import { OrderCard } from './order-card.tsx';
import { PreviewCard } from './preview-card.tsx';
import { QuestionsCard } from './questions-card.tsx';
import { WholeCard } from './whole-card.tsx';

/** How passages are found, and what is made of them before they go before a model. */
export function FindingPage() {
  return (
    <div className="space-y-6">
      <EmbeddingsPage />
      <OrderCard />
      <WholeCard />
      <PreviewCard />
      <QuestionsCard />
    </div>
  );
}
