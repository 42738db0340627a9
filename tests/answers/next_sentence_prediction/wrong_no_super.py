# mistakes: super_init_missing
class NextSentencePrediction(nn.Module):
    def __init__(self, d_model):
        self.classifier = nn.Linear(d_model, 2)

    def forward(self, pooled):
        return self.classifier(pooled)
