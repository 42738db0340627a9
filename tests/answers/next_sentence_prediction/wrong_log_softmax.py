# mistakes: log_probabilities_returned
class NextSentencePrediction(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.classifier = nn.Linear(d_model, 2)

    def forward(self, pooled):
        return F.log_softmax(self.classifier(pooled), dim=-1)
