# mistakes: one_logit
class NextSentencePrediction(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.classifier = nn.Linear(d_model, 1)

    def forward(self, pooled):
        return self.classifier(pooled)
